"""The screen: Qt, and no rules of its own."""
