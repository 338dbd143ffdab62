"""The Kivy side of the boards: five parts that draw themselves when their piece of the scene changes."""
