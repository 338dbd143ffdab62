"""The ticket printer turns a Slip into ESC/POS bytes and says honestly whether it was printed."""
