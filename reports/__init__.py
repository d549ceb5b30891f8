"""What HR, managers and auditors read and export."""
