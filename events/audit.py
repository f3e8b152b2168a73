"""What the audit log can say about places and orders."""

ACTIONS = {
    "pool.resized": "Number of places changed",
    "place.cancelled": "Place taken back by an organiser",
    "payment.recorded": "Payment recorded by hand",
    "attendance.undone": "Check-in taken back",
    "order.settled": "Trouble with an order settled",
}
