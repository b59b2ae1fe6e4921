"""An archive from which Kiki is installed where no network is: ``kiki bundle make``.

``contents`` are the clone's own files, ``wheels`` every package that a lock names, ``components``
what all of that is and under which licence, ``packing`` the archive, ``proving`` its check.
"""
