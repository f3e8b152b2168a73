"""Pages of toolkits: checklists of networks, documents from forms, the calculator."""
