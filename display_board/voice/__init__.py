"""What is needed to speak: clips, phrases prepared ahead, and the sounds that are made of them."""
