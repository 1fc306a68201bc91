from django.views.generic import TemplateView

from core.selectors import SearchRefused, find_everywhere


class SearchView(TemplateView):
    """Every source looks only where the user may look."""

    template_name = "core/search.html"

    def get(self, request, *args, **kwargs):
        question = request.GET.get("q", "")
        try:
            found = find_everywhere(request.user, question)
        except SearchRefused as error:
            return self.render_to_response({"question": "", "refusal": error.args[0]}, status=400)
        return self.render_to_response({"question": question.strip(), "found": found})
