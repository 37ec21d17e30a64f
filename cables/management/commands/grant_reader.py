"""Grant the readers' database role SELECT on the public tables; needed after every migration."""

from django.core.management.base import BaseCommand

from cables.models import PUBLIC
from cables.operations.reader_role import grant_reader, reader_role


class Command(BaseCommand):
    help = "Grant SELECT on the public tables, and nothing else, to READER_DATABASE_URL's role."

    def handle(self, **options):
        if role := reader_role():
            refused = grant_reader(role, PUBLIC)
            self.stdout.write(f"{role} may read {len(PUBLIC)} public tables.")
            if refused:
                self.stdout.write("An administrator of the server may still have to run, once:")
                self.stdout.writelines(f"  {statement};\n" for statement in refused)
        else:
            self.stdout.write("Pages read as the role that loads: nothing to grant.")
