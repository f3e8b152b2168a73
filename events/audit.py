"""What the audit log can say about places and orders."""

ACTIONS = {
    "pool.added": "Places added",
    "pool.removed": "Places removed",
    "pool.resized": "Number of places changed",
    "ticket.added": "Ticket added",
    "ticket.changed": "Ticket changed",
    "ticket.removed": "Ticket removed",
    "application.let-in": "Somebody let in to an event",
    "application.refused": "Somebody refused at an event",
    "event.called-off": "Event called off",
    "event.letter": "Letter to the people of an event",
    "event.people-exported": "People of an event exported",
    "event.right-given": "Right at an event given",
    "event.right-taken": "Right at an event taken back",
    "place.added": "Place given by an organiser",
    "place.moved": "Somebody moved to another ticket",
    "place.cancelled": "Place taken back by an organiser",
    "payment.recorded": "Payment recorded by hand",
    "payment.refund-asked": "Refund to a card asked for",
    "enquiry.changed": "Enquiry to an adviser changed",
    "order.settled": "Trouble with an order settled",
}
