"""What a person or a scheduler types: options, the clock, the terminal. No rule of the business."""
