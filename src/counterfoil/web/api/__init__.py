"""The intake API, ``/api/v1``: documents in, their fate and the firm's status out.

django-ninja routes and describes it. What comes in is never parsed by it: bodies are read by the
same strict reader as files, digit by digit.
"""
