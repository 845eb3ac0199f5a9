-- Run once, when the data base is made. The tables belong to sms_desk, whoever of its members made them.
\set worker_password `cat "$WORKER_PASSWORD_FILE"`
\set panel_password `cat "$PANEL_PASSWORD_FILE"`
CREATE ROLE sms_desk NOLOGIN;
CREATE ROLE worker LOGIN PASSWORD :'worker_password' IN ROLE sms_desk;
CREATE ROLE panel LOGIN PASSWORD :'panel_password' IN ROLE sms_desk;
ALTER ROLE worker SET role = 'sms_desk';
ALTER ROLE panel SET role = 'sms_desk';
CREATE DATABASE sms_desk OWNER sms_desk TEMPLATE template0 ENCODING 'UTF8';
REVOKE ALL ON DATABASE sms_desk FROM PUBLIC;
\connect sms_desk
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO sms_desk;
