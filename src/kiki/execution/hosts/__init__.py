"""``kiki hosts``: looking at the hosts of an inventory without changing anything on them."""
