"""How many places are free, who may have which ticket for what, how long it is held, and who is next. Pure: given facts and `now`."""
