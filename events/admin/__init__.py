"""What organisers do in the admin: places and tickets, people, money, and the day itself."""
