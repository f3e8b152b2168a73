"""What people type on a checklist, into a document and into the calculator."""
