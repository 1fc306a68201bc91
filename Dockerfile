# The same as ./run stack, in pieces: docker-compose.yml starts this image as web, worker and beat.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH="/srv/venv/bin:$PATH"
WORKDIR /srv/partybuild

COPY requirements.lock ./
RUN python -m venv /srv/venv && pip install --no-cache-dir --require-hashes -r requirements.lock

COPY . .
# collectstatic needs some key to start; this one stays in the layer's environment and serves nothing
RUN SECRET_KEY=only-to-collect-static python manage.py collectstatic --noinput --verbosity 0 \
    && useradd --system --home-dir /srv/partybuild --no-create-home partybuild \
    && mkdir -p /srv/media \
    && chown -R partybuild var /srv/media

USER partybuild
ENV MEDIA_ROOT=/srv/media
EXPOSE 8000
CMD ["gunicorn", "partybuild.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", \
     "--max-requests", "5000", "--max-requests-jitter", "500", "--log-level", "warning"]
