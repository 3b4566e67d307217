# The web server and the worker run from this one image; docker-compose.yml shows how.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 \
    DJANGO_SETTINGS_MODULE=marketplace.settings.prod LOOPYARD_VAR_DIR=/var/lib/loopyard

RUN useradd --system --home-dir /var/lib/loopyard --create-home loopyard
WORKDIR /srv/loopyard

COPY requirements.txt .
RUN pip install --requirement requirements.txt
COPY . .

# Static files belong to the image; the key only lets the settings load and is not kept.
RUN LOOPYARD_SECRET_KEY=build-only LOOPYARD_VAR_DIR=/srv/loopyard/build python manage.py collectstatic --no-input \
    && mkdir -p /var/lib/loopyard/media && chown -R loopyard:loopyard /var/lib/loopyard
ENV LOOPYARD_STATIC_DIR=/srv/loopyard/build/static

USER loopyard
VOLUME /var/lib/loopyard
EXPOSE 8000
CMD ["gunicorn", "marketplace.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "8", \
     "--no-control-socket", "--access-logfile", "-"]
