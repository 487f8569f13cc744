"""What a new object costs: everything that this folder says by hand is counted in test_dummy_pack.py."""
