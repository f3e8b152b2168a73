"""Every write about places and orders, by what it is about.

Whoever takes or frees a place locks its pool first (`events.actions.settling`); who needs an order too locks that one before.
"""
