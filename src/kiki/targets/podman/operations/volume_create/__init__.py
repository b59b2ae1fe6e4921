"""Create volumes."""
