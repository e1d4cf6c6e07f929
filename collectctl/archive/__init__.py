"""What the nights leave behind: one folder a night, published whole, checked by its manifest."""
