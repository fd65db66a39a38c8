"""What all routes share: who asks, commands and questions, refusals, formats, words. It knows no subject."""
