"""What leaves for clients: mail, SMS, reminders."""
