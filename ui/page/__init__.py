"""The chat page: a Gradio page over one open Palate, and the small web server around it."""
