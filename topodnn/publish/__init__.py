"""What readers get of a run: article, report, crate, TensorBoard, provenance.

In: the files of the results.
Out: the same in the form that each reader's program takes; no number is computed here.
"""
