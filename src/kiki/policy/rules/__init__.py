"""One file, one rule: a ``judge(case)`` function that returns opinions.

Called by ``policy.engine``, which finds every module here by itself. Each rule has its page in
docs/policy/.
"""
