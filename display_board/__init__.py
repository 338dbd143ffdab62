"""The screens of the hall: who is called to which counter, shown on one board for each floor."""
