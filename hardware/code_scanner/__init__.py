"""Code scanners: appointment codes and the codes on slips, read from paper or a phone."""
