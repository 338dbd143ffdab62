"""Making voices: the committed clips, and numbers spoken as one phrase; needs packages of its own."""
