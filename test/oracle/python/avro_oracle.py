"""Reads Avro as fastavro and as Apache Avro for Python do.

A line of JSON in, {"schema": text, "file": path}: a line out, {"fastavro": found, "avro": found}, each the number of the
container file's records, or what was wrong with its schema or with it.
"""

import json
import logging
import sys
import warnings

import avro.datafile
import avro.io
import avro.schema
import fastavro

# Logical types that one of them doesn't know are no error.
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)


def by_fastavro(schema, file):
    fastavro.parse_schema(json.loads(schema), expand=True)
    with open(file, "rb") as source:
        return sum(1 for _ in fastavro.reader(source))


def by_avro(schema, file):
    avro.schema.parse(schema)
    with open(file, "rb") as source, avro.datafile.DataFileReader(source, avro.io.DatumReader()) as records:
        return sum(1 for _ in records)


def found(read, question):
    try:
        return read(question["schema"], question["file"])
    except Exception as error:  # noqa: BLE001: whatever it is, it is the answer
        return f"{type(error).__name__}: {error}"


for line in sys.stdin:
    question = json.loads(line)
    answer = {"fastavro": found(by_fastavro, question), "avro": found(by_avro, question)}
    print(json.dumps(answer), flush=True)
