"""会议材料 as a download."""

from django.http import FileResponse, Http404


def paper_file(paper):
    """As a download: what strangers made is not opened on our pages."""
    try:
        response = FileResponse(paper.file.open("rb"), as_attachment=True, filename=f"{paper.title}{paper.ending}")
    except FileNotFoundError as error:
        raise Http404 from error
    response["X-Content-Type-Options"] = "nosniff"
    return response
