"""Bills from LEDES 1998B and LEDES 98BI files, the forms in which law firms bill electronically."""
