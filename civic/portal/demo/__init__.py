"""The demonstration: an invented year of promises kept, late and dropped, told through the services.

`story.demo_load` puts it together. The words are in `data/`, the dates follow from today.
"""
