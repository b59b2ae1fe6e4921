"""What the programs in other environments talk with; Kiki itself never imports it."""
