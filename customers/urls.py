from django.urls import path

from customers import views

app_name = "customers"
urlpatterns = [
    path("customers/", views.customer_list, name="list"),
    path("customers/new/", views.new, name="new"),
    path("customers/new/table/", views.new_table, name="new_table"),
    path("customer-choices/", views.choices, name="choices"),
    path("customers/<slug:slug>/", views.detail, name="detail"),
    path("customers/<slug:slug>/edit/", views.edit, name="edit"),
    path("customers/<slug:slug>/contacts/new/", views.new_contact, name="new_contact"),
    path("customers/<slug:slug>/contacts/<int:pk>/", views.edit_contact, name="edit_contact"),
    path("customers/<slug:slug>/contacts/<int:pk>/removal/", views.contact_removal, name="contact_removal"),
]
