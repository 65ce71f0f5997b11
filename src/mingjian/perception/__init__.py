"""Perception: pictures, video, sound and pages → readings, words with their place and time. No judgement here."""
