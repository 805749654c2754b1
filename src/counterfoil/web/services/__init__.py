"""What pages and commands do alike: setting up, connecting, telling how things stand."""
