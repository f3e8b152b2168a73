"""Toolkits that work: checklists that networks tick, documents filled from forms, and a calculator of funding."""
