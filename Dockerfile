# followup in a container: one process, one user without rights, nothing written outside /data.
#
#   docker build -t followup .
#   docker run --init --read-only --tmpfs /tmp -v followup:/data --env-file .env followup
#   docker run ... followup check        any command of followup; `run` when none is given

FROM python:3.13-slim AS packages
COPY requirements.txt /
RUN python3 -m venv /opt/followup \
    && /opt/followup/bin/python -m pip install --quiet --no-cache-dir --require-hashes \
        -r /requirements.txt

FROM python:3.13-slim
# The folders stand ready with their owner, because a named volume is filled from them.
RUN groupadd --gid 10001 followup \
    && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home followup \
    && install --directory --owner=10001 --group=10001 --mode=0750 /data /drop /letters
COPY --from=packages /opt/followup /opt/followup
COPY . /app
# Readable whatever the umask of the clone, and compiled here, because the running worker may not
# write beside its code.
RUN chmod -R u=rwX,go=rX /app && /opt/followup/bin/python -m compileall -q /app/worker

ENV PATH=/opt/followup/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    FOLLOWUP_HOME=/data
WORKDIR /data
VOLUME /data
USER 10001:10001

# SIGTERM lets the worker finish the letter at hand. Give it the time (docker stop --time 660):
# a mail server may take ten minutes to answer the final dot (RFC 5321 4.5.3.2.6).
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["/opt/followup/bin/python", "-P", "-m", "worker", "health"]
# -P: what lies in /data must not lend the worker its modules.
ENTRYPOINT ["/opt/followup/bin/python", "-P", "-m", "worker"]
CMD ["run"]
