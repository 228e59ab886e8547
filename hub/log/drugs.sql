-- stage --
-- Everything of the file, before it is compared with what is there; lives as long as the transaction.
CREATE TEMPORARY TABLE staged (LIKE drug_term) ON COMMIT DROP;

-- copy --
-- Streamed into the stage.
COPY staged (kind, key, number, atc, name, text, substance, form, of, exchange, gone) FROM STDIN;

-- inherit --
-- Packs and doses have their ATC code, substance and form from the brand that they refer to, where they lack them.
UPDATE staged SET atc = brand.atc, substance = COALESCE(NULLIF(staged.substance, ''), brand.substance),
  form = COALESCE(NULLIF(staged.form, ''), brand.form)
FROM staged AS brand WHERE brand.kind = 'brand' AND brand.key = staged.of AND staged.atc = '' AND brand.atc <> '';

-- dangling --
-- References that lead nowhere, by kind.
SELECT staged.kind, count(*) FROM staged LEFT JOIN staged AS brand ON brand.kind = 'brand' AND brand.key = staged.of
WHERE staged.of <> '' AND brand.key IS NULL AND NOT staged.gone GROUP BY staged.kind;

-- remove --
-- What the register no longer names.
DELETE FROM drug_term WHERE NOT EXISTS (
  SELECT FROM staged WHERE staged.kind = drug_term.kind AND staged.key = drug_term.key);

-- merge --
-- New rows, and those that differ.
INSERT INTO drug_term AS old (kind, key, number, atc, name, text, substance, form, of, exchange, gone)
SELECT DISTINCT ON (kind, key) kind, key, number, atc, name, text, substance, form, of, exchange, gone FROM staged
ON CONFLICT (kind, key) DO UPDATE SET (number, atc, name, text, substance, form, of, exchange, gone) =
  (excluded.number, excluded.atc, excluded.name, excluded.text, excluded.substance, excluded.form, excluded.of, excluded.exchange,
   excluded.gone)
WHERE (old.number, old.atc, old.name, old.text, old.substance, old.form, old.of, old.exchange, old.gone) IS DISTINCT FROM
  (excluded.number, excluded.atc, excluded.name, excluded.text, excluded.substance, excluded.form, excluded.of, excluded.exchange,
   excluded.gone);

-- loaded --
-- Which file it was.
INSERT INTO drug_register (name, sha256, retrieved, entries, loaded) VALUES (%(name)s, %(sha256)s, %(retrieved)s, %(entries)s,
  clock_timestamp())
ON CONFLICT (name) DO UPDATE SET (sha256, retrieved, entries, loaded) =
  (excluded.sha256, excluded.retrieved, excluded.entries, excluded.loaded);
