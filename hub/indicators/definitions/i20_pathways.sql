-- id: I20
-- title: Forløp A, B og C, og hvor ofte forslaget er endret
-- unit: andel av avsluttede opphold
-- population: opphold der et menneske har valgt forløp
-- classes: A, B, C
-- counts: det valgte er et annet enn forslaget
-- leaves out: opphold der ingen har valgt; de er ukjente
-- source: Vel heim tiltak A6
-- version: 1
SELECT id AS stay, '' AS part, facts->>'pathway' AS class, facts->>'pathway' <> facts->>'pathway_suggested' AS hit,
    COALESCE((facts->>'pathway_confirmed')::boolean, false) AS counts,
    NOT COALESCE((facts->>'pathway_confirmed')::boolean, false) AS unknown, NULL::numeric AS value
FROM stays
