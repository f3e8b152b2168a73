"""The cards of the editors' board, a module for each subject. A card asks the subject and composes; it knows no tables."""
