"""From words to a definition: ``kiki vdc new "..."``, in Korean and English.

Called by the CLI. Every character of a message is taken by a phrase, or by something that says
nothing (a comma, "and", "만들어줘"); what is left makes the whole message refused. Nothing is
dropped and no model is asked. ``phrases`` are the words, ``draft`` is what they come to.
"""
