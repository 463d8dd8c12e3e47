"""Generated covers: art for events, series and channels without a picture, and share images.

Nothing in here but ``share`` knows more of an event than a number and a date.
"""
