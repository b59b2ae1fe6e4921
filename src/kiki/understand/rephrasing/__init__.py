"""Other words for what the rules already have: "n1 살아있어?" asks for a ping of n1.

Called by ``understand.tries`` when the rules alone refuse. How it is said is a closed list for
each language; what is said in it is read by the rules, as always.
"""
