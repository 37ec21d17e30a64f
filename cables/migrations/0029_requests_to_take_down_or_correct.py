"""Requests to take down or correct: cases and letters for the desk alone, figures for readers."""

import cables.models.request_cases
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from cables.models.roles import give, make_roles
from cables.models.state_triggers import move_with

# A comment stays as it was written, and goes only with the other personal data of its case.
COMMENTS = """
CREATE FUNCTION cables_comments_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT FROM cables_requestcase WHERE id = OLD.case_id AND cleared IS NOT NULL
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Comments on cases stay as they are: % is refused.', TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Add another comment.';
END $$;
CREATE TRIGGER comments_stay BEFORE UPDATE OR DELETE ON cables_casecomment
    FOR EACH ROW EXECUTE FUNCTION cables_comments_stay();
"""
COMMENTS_UNDONE = """
DROP TRIGGER comments_stay ON cables_casecomment;
DROP FUNCTION cables_comments_stay;
"""
HEAD = """$date

$name
$contact

Our number: $number

"""
FOOT = """

Please give the number $number when you write to us again.
"""
ABOUT = "We have decided on your request of $received about\n\n$cables\n\n"
LETTERS = {
    "receipt": "We received your request on $received. It is about\n\n$cables\n\n"
    "We will answer it by $due.",
    "granted": ABOUT + "We have done what you asked.\n\n$reason",
    "partly": ABOUT + "We have done a part of what you asked.\n\n$reason",
    "refused": ABOUT + "We have not done what you asked, because:\n\n$reason",
    "withdrawn": "You withdrew your request of $received. We have closed it.",
    "elsewhere": "Your request of $received is not a matter of this archive.\n\n$reason",
    "void": "We could not treat your message of $received as a request.\n\n$reason",
}
RIGHTS = {
    "Redactor": [
        *("view_requestcase", "add_requestcase", "change_requestcase"),
        *("view_lettertemplate", "change_lettertemplate"),
    ],
    "Auditor": ["view_requestcase", "view_lettertemplate"],
}


def write_templates(apps, schema_editor):
    """Store the texts with which letters begin; curators change them."""
    templates = apps.get_model("cables", "LetterTemplate").objects
    for occasion, text in LETTERS.items():
        templates.create(occasion=occasion, text=HEAD + text + FOOT)


def allow(apps, schema_editor):
    """Let Redactors handle cases, and Auditors see them."""
    make_roles(apps, ())  # Creates the rows of permissions.
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        give(apps, group, RIGHTS[group.name])


class Migration(migrations.Migration):

    dependencies = [
        ('cables', '0027_redactions_over_the_archive'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LetterTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('occasion', models.CharField(choices=[('receipt', 'Receipt of a request'), ('granted', 'Granted'), ('partly', 'Granted in part'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn by who asked'), ('elsewhere', 'Not a matter of this archive'), ('void', 'Not a request: spam, or a double')], max_length=10, unique=True)),
                ('text', models.TextField()),
            ],
            options={
                'verbose_name': 'letter template',
                'ordering': ['pk'],
                'default_permissions': ('view', 'change'),
            },
        ),
        migrations.CreateModel(
            name='FormUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sender', models.CharField(help_text='A keyed digest of the IP address.', max_length=64)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['at'], name='form_use_at')],
            },
        ),
        migrations.CreateModel(
            name='RequestCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(default=cables.models.request_cases.new_number, editable=False, max_length=20, unique=True)),
                ('kind', models.CharField(choices=[('take_down', 'Take down'), ('correct', 'Correct'), ('other', 'Something else')], default='take_down', max_length=10, verbose_name='what is wanted')),
                ('way', models.CharField(choices=[('letter', 'Letter'), ('email', 'E-mail'), ('form', 'Form of this site'), ('telephone', 'Telephone'), ('person', 'In person'), ('court', 'Court order'), ('other', 'Another way')], default='letter', max_length=10, verbose_name='came by')),
                ('name', models.CharField(max_length=200, verbose_name='who asked')),
                ('contact', models.TextField(blank=True, max_length=500, verbose_name='how to reach them')),
                ('message', models.TextField(blank=True, max_length=20000, verbose_name='what they say')),
                ('written', models.TextField(blank=True, editable=False, max_length=2000, verbose_name='cables, as they wrote them')),
                ('places', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None)),
                ('named', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), default=list, editable=False, size=None)),
                ('received', models.DateField(default=cables.models.request_cases.today)),
                ('due', models.DateField(default=cables.models.request_cases.day_due)),
                ('state', models.CharField(choices=[('new', 'New'), ('working', 'Being looked into'), ('waiting', 'Waits for an answer'), ('closed', 'Closed')], default='new', max_length=10)),
                ('outcome', models.CharField(blank=True, choices=[('granted', 'Granted'), ('partly', 'Granted in part'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn by who asked'), ('elsewhere', 'Not a matter of this archive'), ('void', 'Not a request: spam, or a double')], editable=False, max_length=10)),
                ('reason', models.TextField(blank=True, max_length=5000, verbose_name='reason of the decision')),
                ('letter', models.TextField(blank=True, max_length=20000)),
                ('closed', models.DateTimeField(editable=False, null=True)),
                ('cleared', models.DateTimeField(editable=False, help_text='When its personal data were deleted.', null=True)),
                ('assigned', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='assigned to')),
            ],
            options={
                'verbose_name': 'case',
                'verbose_name_plural': 'requests to take down or correct',
                'ordering': ['due', 'pk'],
                'default_permissions': ('view', 'add', 'change'),
            },
        ),
        migrations.CreateModel(
            name='CaseComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('text', models.TextField(max_length=5000)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='cables.requestcase')),
            ],
            options={
                'ordering': ['pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='RequestFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('received', 'Received'), ('granted', 'Granted'), ('partly', 'Granted in part'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn by who asked'), ('elsewhere', 'Not a matter of this archive'), ('open', 'Not decided yet')], max_length=10)),
                ('cases', models.PositiveIntegerField(help_text='Rounded; 0: fewer than 5.')),
                ('counted', models.DateField()),
            ],
            options={
                'ordering': ['-year', 'pk'],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('year', 'kind'), name='request_figure_once')],
            },
        ),
        migrations.AddIndex(
            model_name='requestcase',
            index=models.Index(condition=models.Q(('state', 'closed'), _negated=True), fields=['due'], name='case_open_due'),
        ),
        migrations.AddIndex(
            model_name='requestcase',
            index=django.contrib.postgres.indexes.GinIndex(fields=['named'], name='case_named'),
        ),
        migrations.AddConstraint(
            model_name='requestcase',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed__isnull', False), ('state', 'closed'), models.Q(('outcome', ''), _negated=True)), models.Q(models.Q(('state', 'closed'), _negated=True), ('cleared__isnull', True), ('closed__isnull', True), ('outcome', '')), _connector='OR'), name='case_closed_with_outcome'),
        ),
        migrations.RunSQL(COMMENTS, COMMENTS_UNDONE),
        move_with("cables_requestfigure"),
        migrations.RunPython(write_templates, migrations.RunPython.noop),
        migrations.RunPython(allow, migrations.RunPython.noop),
    ]
