-- Run once, by the PostgreSQL image, when its data volume is empty.
-- Two databases with an owner each: the hub's log and queue, and the FHIR server's own. Neither sees the other's.
\getenv hub_password HEIMVEG_DATABASE_PASSWORD
\getenv hapi_password HAPI_DATABASE_PASSWORD

CREATE ROLE heimveg LOGIN PASSWORD :'hub_password';
CREATE DATABASE heimveg OWNER heimveg;
REVOKE ALL ON DATABASE heimveg FROM PUBLIC;

CREATE ROLE hapi LOGIN PASSWORD :'hapi_password';
CREATE DATABASE hapi OWNER hapi;
REVOKE ALL ON DATABASE hapi FROM PUBLIC;
