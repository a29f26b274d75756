"""Who else could have led a rehearsal: playbooks and plans, held against the same customers.

They see what a console shows at that moment, and order what a console can order.
"""
