"""The pages, one module per screen; no rule of accounting or posting is written in one."""
