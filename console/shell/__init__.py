"""The console without a screen: what is typed, what is answered, what the caller's script gets."""
