import csv

from philtre.files import File, text_stream


def test_line_ends_are_those_of_the_file(write):
    with File(write("table.csv", 'a,b\r\n1,"x\ny"\r\n')) as file:
        assert list(csv.reader(text_stream(file))) == [["a", "b"], ["1", "x\ny"]]


def test_a_long_text_comes_in_small_parts(write):
    text = "é" * 200_000 + "\n" + "b" * 100_000
    with File(write("table.csv", text)) as file:
        stream = text_stream(file)
        assert stream.read(10) == "é" * 10
        assert stream.read() == text[10:]
