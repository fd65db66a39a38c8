"""The log, what belongs to it and cannot be rebuilt, and the clients' keys."""

from alembic import op

revision = "0001"
down_revision = None

SQLITE = (
    """
    CREATE TABLE keys.keys (
        client_id BLOB NOT NULL PRIMARY KEY,
        wrapped BLOB
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE events (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        stream BLOB NOT NULL,
        version INTEGER NOT NULL,
        name TEXT NOT NULL,
        state BLOB NOT NULL,
        hash BLOB NOT NULL,
        UNIQUE (stream, version)
    )
    """,
    """
    CREATE TABLE commands (
        id BLOB NOT NULL PRIMARY KEY,
        route TEXT NOT NULL,
        fingerprint BLOB NOT NULL,
        made_id BLOB,
        position INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE claims (
        kind TEXT NOT NULL,
        value BLOB NOT NULL,
        stream BLOB NOT NULL,
        PRIMARY KEY (kind, value)
    ) WITHOUT ROWID
    """,
    "CREATE TABLE credentials (user_name TEXT NOT NULL PRIMARY KEY, password_hash TEXT NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE tokens (
        token_hash BLOB NOT NULL PRIMARY KEY,
        user_name TEXT NOT NULL,
        kind TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE INDEX tokens_user_name ON tokens (user_name)",
)

APPEND = """
    CREATE FUNCTION append(
        streams uuid[], versions bigint[], names text[], states bytea[],
        unmoved_streams uuid[], unmoved_versions bigint[],
        claim_kinds text[], claim_values bytea[], claim_streams uuid[],
        command_id uuid, command_route text, command_fingerprint bytea, command_made_id uuid,
        OUT last bigint, OUT held_kind text, OUT held_by uuid
    ) LANGUAGE plpgsql AS $$
    DECLARE
        head bytea;
        hashes bytea[] := '{}';
    BEGIN
        PERFORM pg_advisory_xact_lock(8243104023015747328);  -- postgres_log.APPENDING, as any server reads it
        -- What follows sees all that was committed before the lock was got.
        PERFORM FROM unnest(unmoved_streams, unmoved_versions) AS seen (stream, version)
            WHERE EXISTS (SELECT FROM events WHERE events.stream = seen.stream AND events.version > seen.version);
        IF FOUND THEN
            RAISE unique_violation USING MESSAGE = 'a stream that was decided on has moved';
        END IF;
        IF cardinality(claim_kinds) > 0 THEN
            SELECT claims.kind, claims.stream INTO held_kind, held_by
                FROM unnest(claim_kinds, claim_values, claim_streams) AS wanted (kind, value, stream)
                JOIN claims USING (kind, value) WHERE claims.stream <> wanted.stream LIMIT 1;
            IF FOUND THEN
                RETURN;
            END IF;
            INSERT INTO claims (kind, value, stream)
                SELECT * FROM unnest(claim_kinds, claim_values, claim_streams) ON CONFLICT DO NOTHING;
        END IF;
        SELECT position, hash INTO last, head FROM events ORDER BY position DESC LIMIT 1;
        last := coalesce(last, 0);
        head := coalesce(head, '');
        IF cardinality(streams) > 0 THEN
            -- As in infrastructure/log/chain.py.
            FOR i IN 1 .. cardinality(streams) LOOP
                head := sha256(
                    int4send(length(head)) || head
                    || int4send(8) || int8send(last + i)
                    || int4send(16) || uuid_send(streams[i])
                    || int4send(8) || int8send(versions[i])
                    || int4send(octet_length(names[i])) || convert_to(names[i], 'UTF8')
                    || int4send(length(states[i])) || states[i]
                );
                hashes[i] := head;
            END LOOP;
            INSERT INTO events (position, stream, version, name, state, hash)
                SELECT last + place, stream, version, name, state, hash
                FROM unnest(streams, versions, names, states, hashes) WITH ORDINALITY
                    AS new (stream, version, name, state, hash, place);
            last := last + cardinality(streams);
            PERFORM pg_notify('recobro_log', last::text);
        END IF;
        IF command_id IS NOT NULL THEN
            INSERT INTO commands (id, route, fingerprint, made_id, position)
                VALUES (command_id, command_route, command_fingerprint, command_made_id, last);
        END IF;
    END
    $$
"""

POSTGRESQL = (
    "CREATE SCHEMA keys",
    "CREATE TABLE keys.keys (client_id uuid PRIMARY KEY, wrapped bytea)",
    """
    CREATE TABLE events (
        position bigint PRIMARY KEY,
        stream uuid NOT NULL,
        version bigint NOT NULL,
        name text NOT NULL,
        state bytea NOT NULL,
        hash bytea NOT NULL,
        UNIQUE (stream, version)
    )
    """,
    """
    CREATE TABLE commands (
        id uuid PRIMARY KEY,
        route text NOT NULL,
        fingerprint bytea NOT NULL,
        made_id uuid,
        position bigint NOT NULL
    )
    """,
    "CREATE TABLE claims (kind text, value bytea, stream uuid NOT NULL, PRIMARY KEY (kind, value))",
    "CREATE TABLE credentials (user_name text PRIMARY KEY, password_hash text NOT NULL)",
    """
    CREATE TABLE tokens (
        token_hash bytea PRIMARY KEY,
        user_name text NOT NULL,
        kind text NOT NULL,
        created_at bigint NOT NULL,
        expires_at bigint NOT NULL
    )
    """,
    "CREATE INDEX tokens_user_name ON tokens (user_name)",
    """
    CREATE TABLE read_model_generation (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        generation text NOT NULL
    )
    """,
    APPEND,
)


def upgrade() -> None:
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)
