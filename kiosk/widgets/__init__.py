"""The Kivy side of the kiosk: scenes become textures on a canvas, fingers become actions."""
