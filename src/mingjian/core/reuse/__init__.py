"""What two items share: texts and pictures compared, pure."""
